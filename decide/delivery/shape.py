"""How a table, a column and a ready question of the delivered database are described."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its SQLite declaration and what it means to a reader."""

    name: str
    declared: str
    meaning: str


@dataclass(frozen=True)
class Shape:
    """A table: what one row is, its columns, and rules over several columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    rules: tuple[str, ...] = ()

    def ddl(self) -> str:
        """The CREATE TABLE statement."""
        lines = [f"  {column.name} {column.declared}" for column in self.columns]
        lines += [f"  {rule}" for rule in self.rules]
        return f"CREATE TABLE {self.name} (\n" + ",\n".join(lines) + "\n)"

    def insertion(self) -> str:
        """The INSERT statement with one mark per column."""
        marks = ", ".join("?" for _ in self.columns)
        return f"INSERT INTO {self.name} VALUES ({marks})"  # noqa: S608 - our own constants


@dataclass(frozen=True)
class View:
    """A ready question over the tables."""

    name: str
    meaning: str
    query: str

    def ddl(self) -> str:
        """The CREATE VIEW statement."""
        return f"CREATE VIEW {self.name} AS\n{self.query}"
