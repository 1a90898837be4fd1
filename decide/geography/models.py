"""The territory, as a dated map knows it.

The authority and the INE number the 125 municipalities in their own order; INEGI's key is another
number (15001–15125). Only 29 agree, so both are kept and nothing ever guesses between them.
"""

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Integer, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base


class Municipality(Base):
    """One of 125. `number` is the authority's and the INE's; `inegi_key` the statistical one."""

    __tablename__ = "municipality"

    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    inegi_key: Mapped[int] = mapped_column(Integer, unique=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    official_name: Mapped[str] = mapped_column(Text)  # as the INE writes it: capitals, no accents
    population: Mapped[int] = mapped_column(Integer)
    sections: Mapped[int] = mapped_column(SmallInteger)
    # Seats of the ayuntamiento, by principle: relative majority and proportional.
    presidencies: Mapped[int] = mapped_column(SmallInteger, default=1)
    syndics_mr: Mapped[int] = mapped_column(SmallInteger)
    syndics_rp: Mapped[int] = mapped_column(SmallInteger)
    councillors_mr: Mapped[int] = mapped_column(SmallInteger)
    councillors_rp: Mapped[int] = mapped_column(SmallInteger)


class District(Base):
    """One of 45 local districts of the map drawn in `map_year`."""

    __tablename__ = "district"

    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    map_year: Mapped[int] = mapped_column(SmallInteger)
    seat: Mapped[str] = mapped_column(Text)  # cabecera
    sections: Mapped[int] = mapped_column(SmallInteger)


class DistrictPart(Base):
    """A municipality, or a part of it, inside a district. Twelve municipalities are split."""

    __tablename__ = "district_part"

    district_number: Mapped[int] = mapped_column(ForeignKey("district.number"), primary_key=True)
    municipality_number: Mapped[int] = mapped_column(
        ForeignKey("municipality.number"), primary_key=True, index=True
    )
    whole: Mapped[bool] = mapped_column(Boolean)
    sections: Mapped[int] = mapped_column(SmallInteger)


class Section(Base):
    """The four digits on a voter card."""

    __tablename__ = "section"

    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    district_number: Mapped[int] = mapped_column(ForeignKey("district.number"), index=True)
    municipality_number: Mapped[int] = mapped_column(ForeignKey("municipality.number"), index=True)


class ShapeFile(Base):
    """An official map that staff imported: of municipalities or of districts, the last one."""

    __tablename__ = "shape_file"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)  # municipality, district
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    width: Mapped[int] = mapped_column(Integer)  # of the drawing of the whole state
    height: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Shape(Base):
    """The real shape of one municipality or district as SVG paths, for two sizes of drawing."""

    __tablename__ = "shape"

    kind: Mapped[str] = mapped_column(ForeignKey("shape_file.kind"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    small: Mapped[str] = mapped_column(Text)  # in the drawing of the whole state
    large: Mapped[str] = mapped_column(Text)  # alone on its page
    box: Mapped[str] = mapped_column(Text)  # the viewBox of `large`
