"""What is on offer, and to whom citizens' answers belong."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from decide.kernel.db import Base, Key, choice_of


class ActorKind(StrEnum):
    """Legal figure. The same parties may stand under two figures, so it belongs to the row."""

    PARTY = "party"
    COALITION = "coalition"
    COMMON_CANDIDACY = "common_candidacy"
    INDEPENDENT = "independent"


class PoliticalActor(Base):
    """Whoever stands for election and receives what citizens answer."""

    __tablename__ = "political_actor"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(Text, unique=True)  # stable in files: "PAN-PRI-PRD"
    kind: Mapped[ActorKind] = mapped_column(choice_of(ActorKind, "kind"))
    acronym: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    colour: Mapped[str | None] = mapped_column(Text)  # "#rrggbb"
    registration_order: Mapped[int] = mapped_column(SmallInteger)
    is_test: Mapped[bool] = mapped_column(Boolean, default=False)  # the public "Partido de prueba"


class AllianceMember(Base):
    """A party inside a coalition or common candidacy; each member receives a full copy."""

    __tablename__ = "alliance_member"

    alliance_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("political_actor.id"), primary_key=True, index=True
    )


class ContestKind(StrEnum):
    """What is elected."""

    DISTRICT = "district"
    AYUNTAMIENTO = "ayuntamiento"
    PROPORTIONAL = "proportional"


class Contest(Base):
    """One election: a district deputation, an ayuntamiento, or the proportional list."""

    __tablename__ = "contest"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(Text, unique=True)  # "em.d01", "em.m001", "em.rp"
    kind: Mapped[ContestKind] = mapped_column(choice_of(ContestKind, "kind"))
    name: Mapped[str] = mapped_column(Text)
    district_number: Mapped[int | None] = mapped_column(ForeignKey("district.number"), unique=True)
    municipality_number: Mapped[int | None] = mapped_column(
        ForeignKey("municipality.number"), unique=True
    )


class Alliance(Base):
    """An alliance standing in a contest, as registered. Says who may not stand alone there."""

    __tablename__ = "alliance"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    alliance_id: Mapped[int] = mapped_column(
        ForeignKey("political_actor.id"), primary_key=True, index=True
    )
    # The data of 2021 name one alliance for an election that was annulled and held again.
    extraordinary: Mapped[bool] = mapped_column(Boolean, default=False)


class Post(StrEnum):
    """The seat a candidacy is for."""

    DEPUTATION = "deputation"
    PRESIDENCY = "presidency"
    SYNDIC = "syndic"
    COUNCILLOR = "councillor"


class Gender(StrEnum):
    """As registered by the authority."""

    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary"


class Candidacy(Base):
    """One post: owner and substitute. `rank` is the place in the slate, ticket or list, from 1."""

    __tablename__ = "candidacy"
    __table_args__ = (
        UniqueConstraint("contest_id", "actor_id", "post", "rank"),
        Index("ix_candidacy_actor", "actor_id", "contest_id"),
        Index("ix_candidacy_folded_owner", "folded_owner", "id"),
        Index(
            "ix_candidacy_folded_names",
            "folded_names",
            postgresql_using="gin",
            postgresql_ops={"folded_names": "gin_trgm_ops"},
        ),
    )

    id: Mapped[Key]
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"))
    post: Mapped[Post] = mapped_column(choice_of(Post, "post"))
    rank: Mapped[int] = mapped_column(SmallInteger)
    is_head: Mapped[bool] = mapped_column(Boolean)
    owner_name: Mapped[str] = mapped_column(Text)
    owner_gender: Mapped[Gender | None] = mapped_column(choice_of(Gender, "owner_gender"))
    owner_age: Mapped[int | None] = mapped_column(SmallInteger)
    substitute_name: Mapped[str | None] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    # Without accents and capitals, to sort and to search; migration 0002 defines `folded`.
    folded_owner: Mapped[str] = mapped_column(
        Text, Computed("folded(owner_name)", persisted=True), deferred=True
    )
    folded_names: Mapped[str] = mapped_column(
        Text,
        Computed(
            "folded((owner_name || ' '::text) || COALESCE(substitute_name, ''::text))",
            persisted=True,
        ),
        deferred=True,
    )
    sounded_names: Mapped[str] = mapped_column(
        Text,
        Computed(
            "sounded((owner_name || ' '::text) || COALESCE(substitute_name, ''::text))",
            persisted=True,
        ),
        deferred=True,
    )


class Profile(Base):
    """The trajectory of a head of ticket or slate as citizens see it; empty date = withdrawn."""

    __tablename__ = "profile"

    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.id"), primary_key=True)
    schooling: Mapped[str] = mapped_column(Text, default="")
    schooling_status: Mapped[str] = mapped_column(Text, default="", server_default="")
    courses: Mapped[str] = mapped_column(Text, default="", server_default="")
    occupation: Mapped[str] = mapped_column(Text, default="")
    history: Mapped[str] = mapped_column(Text, default="")
    motive: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(Text, default="", server_default="")
    networks: Mapped[str] = mapped_column(Text, default="", server_default="")
    email: Mapped[str] = mapped_column(Text, default="", server_default="")
    phone: Mapped[str] = mapped_column(Text, default="", server_default="")
    address: Mapped[str] = mapped_column(Text, default="", server_default="")
    photo: Mapped[str] = mapped_column(Text, default="", server_default="", index=True)
    photo_alt: Mapped[str] = mapped_column(Text, default="", server_default="")
    markup: Mapped[str] = mapped_column(Text, default="", server_default="")
    revision: Mapped[int] = mapped_column(Integer, default=1)  # counts publications
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ProfileDraft(Base):
    """The working copy of a trajectory; `profile` is what citizens see.

    `told` maps the parts of `catalog.texts.ProfileText` to what was typed.
    """

    __tablename__ = "profile_draft"

    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.id"), primary_key=True)
    told: Mapped[dict[str, str]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ProfileVersion(Base):
    """A trajectory as it was published, kept for the record."""

    __tablename__ = "profile_version"

    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    told: Mapped[dict[str, str]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SubjectKind(StrEnum):
    """What a citizen can answer. Values are also `calendar.rules.Area` members."""

    PLATFORM = "platform"
    SECTION = "section"
    BLOCK = "block"
    PROPOSAL = "proposal"


class Subject(Base):
    """Something citizens can answer: the one number that presses and ideas carry."""

    __tablename__ = "subject"

    id: Mapped[Key]
    kind: Mapped[SubjectKind] = mapped_column(choice_of(SubjectKind, "kind"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)  # the current one; 0 = never published
    open: Mapped[bool] = mapped_column(Boolean)  # published and not withdrawn
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class SubjectVersion(Base):
    """The text as it stood when citizens answered it."""

    __tablename__ = "subject_version"
    __table_args__ = (Index("ix_subject_version_words", "words", postgresql_using="gin"),)

    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # What else was said with it: topic, goal, place, how, and what it is written in
    # (`catalog.texts.ProposalText`).
    details: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default="{}")
    sha256: Mapped[str] = mapped_column(Text)  # of title and text
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # For the search; migration 0015 defines `worded` and `sounded`.
    words: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('spanish'::regconfig, worded(title)), 'A'::\"char\")"
            " || to_tsvector('spanish'::regconfig, worded(text))",
            persisted=True,
        ),
        deferred=True,
    )
    sounded_title: Mapped[str] = mapped_column(
        Text, Computed("sounded(title)", persisted=True), deferred=True
    )


class PlatformScope(StrEnum):
    """Which organ a platform is for."""

    LEGISLATIVE = "legislative"
    MUNICIPAL = "municipal"


class Platform(Base):
    """An actor's registered electoral platform; its sections hold the text."""

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("actor_id", "scope"),)

    id: Mapped[Key]
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"))
    scope: Mapped[PlatformScope] = mapped_column(choice_of(PlatformScope, "scope"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), unique=True)


class PlatformSection(Base):
    """One topic of a platform."""

    __tablename__ = "platform_section"
    __table_args__ = (UniqueConstraint("platform_id", "position"),)

    id: Mapped[Key]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    topic: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), unique=True)


class BlockLevel(StrEnum):
    """How well an actor did in a block's places the last time."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class CompetitivenessBlock(Base):
    """The places where an actor did about as well the last time: what parity is checked by."""

    __tablename__ = "competitiveness_block"
    __table_args__ = (UniqueConstraint("actor_id", "scope", "level"),)

    id: Mapped[Key]
    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"))
    scope: Mapped[PlatformScope] = mapped_column(choice_of(PlatformScope, "scope"))
    level: Mapped[BlockLevel] = mapped_column(choice_of(BlockLevel, "level"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), unique=True)


class BlockPlace(Base):
    """One contest in a block of an actor, and the gender of who heads there; one block each."""

    __tablename__ = "block_place"

    actor_id: Mapped[int] = mapped_column(ForeignKey("political_actor.id"), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True, index=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("competitiveness_block.id"), index=True)
    gender: Mapped[Gender | None] = mapped_column(choice_of(Gender, "gender"))


class ProposalState(StrEnum):
    """Where a proposal stands; the steps between are in `catalog.states`."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Proposal(Base):
    """A campaign proposal of a head of ticket or slate: the working copy its actor edits.

    `title` and `text` are the working copy; what is shown of them stands in the subject's version.
    `topic` and `details` are as shown; `draft` holds what was changed of them since, or is empty.
    `revision` counts every save (for concurrent edits); the subject's version counts publications.
    """

    __tablename__ = "proposal"
    __table_args__ = (CheckConstraint("char_length(text) <= 1600", name="text_length"),)

    id: Mapped[Key]
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), unique=True)
    topic: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default="{}")
    draft: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default="{}")
    state: Mapped[ProposalState] = mapped_column(choice_of(ProposalState, "state"))
    revision: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ContentRevision(Base):
    """One row that counts the commits which may have changed a public page.

    Triggers of migration 0002 move it, deferred to the commit, so that no action can forget it. A
    page kept under a revision is good until something that it shows is touched.
    """

    __tablename__ = "content_revision"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)


class ContentTouch(Base):
    """What a commit touched, under the number that it gave `ContentRevision`: the last thousand.

    The same triggers write it (migration 0043); the tags are those of `kernel.notes`. A number
    without a tag may have touched anything.
    """

    __tablename__ = "content_touch"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(Text, primary_key=True)
