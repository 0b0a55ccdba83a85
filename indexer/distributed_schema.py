"""The collections of an index on a server, their names, and the expressions that choose rows.

One index is three collections of one number: documents (BM25 over our own stemmed terms), passages (vectors) and
facts (what was built, term statistics). Trusts share them by a partition key, and each trust's alias points at the
documents it is served from: a trust that starts anew moves to the collections of a higher number.

Row keys are hashes, and every other value in an expression is percent-encoded on both sides, so that no id, term or
facet can end a string early and say something else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from indexer import knobs
from indexer.distributed_address import ServerAddress
from indexer.distributed_server import Server, milvus
from indexer.document import Filters
from indexer.errors import EngineUnavailable
from indexer.model import Model

FORM = 1
"""Raised when the collections change their form; an index of another form is built anew."""

PARTITIONS = 64
"""Physical partitions that the trusts of one cluster are spread over by their key."""

LONGEST_TEXT = 65_535
EXACT = ("exact", "exact_more", "exact_rest")
"""Fields of a document's folded words, one after the other, for phrases."""

NEIGHBOURS, EFFORT = (
    16,
    200,
)  # of HNSW: links of a vector, candidates while building; the field's usual values
_INDEXED = {"documents": ("visibility", "changed"), "passages": ("document", "visibility"), "facts": ()}
_LABELS = {"documents": "labels", "passages": "labels"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The collections of one number."""

    stem: str
    number: int

    @property
    def documents(self) -> str:
        """One row a document."""
        return f"{self.stem}_{self.number:06d}_documents"

    @property
    def passages(self) -> str:
        """One row a passage, with its vector."""
        return f"{self.stem}_{self.number:06d}_passages"

    @property
    def facts(self) -> str:
        """What was built for each trust, and its term statistics."""
        return f"{self.stem}_{self.number:06d}_facts"

    @property
    def all(self) -> tuple[str, str, str]:
        """In the order in which they are made: an index whose documents are there is whole."""
        return self.facts, self.passages, self.documents


def stem_of(address: ServerAddress, model: Model) -> str:
    """What the names of all collections begin with that this program and model can use."""
    return f"{_letters(address.index)}_{FORM}{model.sha256[:8]}"


def alias_of(address: ServerAddress) -> str:
    """The name under which a trust's documents are found."""
    return f"{_letters(address.index)}__{_letters(address.trust)}"


def names_in(collection: str) -> Names | None:
    """The collections that one of documents belongs to; None for a name that is not ours."""
    found = re.fullmatch(r"(.+)_(\d{6})_documents", collection)
    return Names(stem=found[1], number=int(found[2])) if found else None


def serving(server: Server, *, within: float | None = None) -> Names | None:
    """The collections that a trust's alias points at, None when it has none yet."""
    alias = alias_of(server.address)

    def described(client: Any, left: float) -> str:
        try:
            return str(client.describe_alias(alias, timeout=left)["collection_name"])
        except milvus().MilvusException as error:
            if "not found" in str(error) or "not exist" in str(error) or error.code == _ALIAS_UNKNOWN:
                return ""
            raise

    return names_in(server.ask(described, within=within))


_ALIAS_UNKNOWN = 1600


def load(server: Server, names: Names, *, within: float) -> None:
    """Have the collections in the server's memory: a server that was started again may not have them there."""
    for collection in names.all:
        server.ask(
            lambda client, left: client.load_collection(collection, timeout=left),  # noqa: B023 - asked at once
            within=within,
        )


def key_of(address: ServerAddress, document_id: str) -> str:
    """The key of a document's row: a hash, because ids may be of any length and hold anything."""
    return hashlib.blake2b(f"{address.trust}\0{document_id}".encode(), digest_size=16).hexdigest()


def said(value: str) -> str:
    """A value as it stands in rows and expressions: no quotes, no backslashes, no control characters left in it."""
    return quote(value, safe=" :._~-", errors="surrogatepass")


def unsaid(value: str) -> str:
    """What ``said`` was given."""
    return unquote(value, errors="surrogatepass")


def any_of(field: str, values: Iterable[str]) -> str:
    """An expression: a text field is one of some values."""
    return f"{field} in [{', '.join(_text(value) for value in values)}]"


def own(address: ServerAddress) -> str:
    """An expression: rows of this trust."""
    return f"trust == {_text(said(address.trust))}"


def allowed(address: ServerAddress, filters: Filters) -> str:
    """An expression: what this reader may see and the filters let through."""
    parts = [own(address), any_of("visibility", sorted(map(said, filters.visibilities)))]
    for facet, chosen in sorted(filters.facets.items()):
        if chosen:
            labels = ", ".join(_text(label(facet, term)) for term in sorted(chosen))
            parts.append(f"array_contains_any(labels, [{labels}])")
    return " and ".join(parts)


def holding(field: str, text: str, *, is_there: bool = True) -> str:
    """An expression: a field holds a stretch of text that consists of letters, digits and spaces."""
    plain = "".join(letter for letter in text if letter.isalnum() or letter == " ")
    test = f'{field} like "%{plain}%"'
    return test if is_there else f"not ({test})"


def label(facet: str, term: str) -> str:
    """One facet term as it stands among a row's labels."""
    return f"{said(facet)}={said(term)}"


def _text(value: str) -> str:
    if re.search(r'["\\\x00-\x1f]', value):
        raise EngineUnavailable("A value of the search was not encoded for the server.")
    return f'"{value}"'


def _letters(name: str) -> str:
    """A name of letters, digits and underscores; different names stay different."""
    return re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", name)


def create(server: Server, names: Names, *, dimension: int) -> None:
    """Make the collections that are missing, ready for rows."""
    schemas = {"facts": _facts, "passages": _passages, "documents": _documents}
    for kind, collection in zip(("facts", "passages", "documents"), names.all, strict=True):
        if not server.write("has_collection", collection):
            _create_one(server, collection, schemas[kind](dimension), exact=server.address.exact)
            _index_scalars(server, collection, kind)
        server.write("load_collection", collection)


def compare_exactly(server: Server, names: Names) -> None:
    """Let questions be compared with every vector, instead of along a graph that does not lead to all of them.

    Of many texts that are nearly alike each is linked with its likes alone: a walk that starts among them ends there.
    A server names its index as it likes. Other trusts that share the collections are answered from their machines' own
    indexes for that moment.
    """
    index = milvus().MilvusClient.prepare_index_params()
    index.add_index("vector", index_type="FLAT", metric_type="COSINE")
    server.write("release_collection", names.passages)
    for name in server.write("list_indexes", names.passages, field_name="vector"):
        server.write("drop_index", names.passages, index_name=name)
    server.write("create_index", names.passages, index)
    server.write("load_collection", names.passages)


def _create_one(server: Server, collection: str, fields: tuple[Any, str, str], *, exact: bool) -> None:
    schema, vector, kind = fields
    index = milvus().MilvusClient.prepare_index_params()
    if kind == "BM25":
        parameters = {"bm25_k1": knobs.K1, "bm25_b": knobs.B}
        index.add_index(vector, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=parameters)
    elif exact or kind == "FLAT":
        index.add_index(vector, index_type="FLAT", metric_type="COSINE")
    else:
        parameters = {"M": NEIGHBOURS, "efConstruction": EFFORT}
        index.add_index(vector, index_type="HNSW", metric_type="COSINE", params=parameters)
    server.tell(
        lambda client, within: client.create_collection(
            collection, schema=schema, index_params=index, num_partitions=PARTITIONS, timeout=within
        )
    )


def _index_scalars(server: Server, collection: str, kind: str) -> None:
    """Index the fields that filters look at. A small server that has no such index finds the same without it."""
    for field in (*_INDEXED[kind], *([_LABELS[kind]] if kind in _LABELS else [])):
        index = milvus().MilvusClient.prepare_index_params()
        index.add_index(field, index_type="INVERTED")
        try:
            server.write("create_index", collection, index)
        except EngineUnavailable as error:
            if "not support" not in str(error):
                raise


def _schema() -> Any:
    kinds = milvus().DataType
    schema = milvus().MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", kinds.VARCHAR, is_primary=True, max_length=128)
    schema.add_field("trust", kinds.VARCHAR, max_length=256, is_partition_key=True)
    return schema


def _labelled(schema: Any) -> Any:
    kinds = milvus().DataType
    schema.add_field("visibility", kinds.VARCHAR, max_length=512)
    schema.add_field("labels", kinds.ARRAY, element_type=kinds.VARCHAR, max_capacity=1024, max_length=1024)
    schema.add_field("version", kinds.VARCHAR, max_length=32)
    return schema


def _documents(_dimension: int) -> tuple[Any, str, str]:
    kinds, library = milvus().DataType, milvus()
    schema = _labelled(_schema())
    schema.add_field("changed", kinds.INT64)
    schema.add_field("passages", kinds.INT64)
    for field in (
        "document",
        "title",
        "facets",
        "dates",
        "fingerprint",
        "terms",
        "spelt",
        "exact",
        "exact_more",
        "exact_rest",
    ):
        schema.add_field(field, kinds.VARCHAR, max_length=LONGEST_TEXT)
    schema.add_field(
        "stemmed",
        kinds.VARCHAR,
        max_length=LONGEST_TEXT,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    schema.add_field("words", kinds.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        library.Function(
            name="bm25",
            function_type=library.FunctionType.BM25,
            input_field_names=["stemmed"],
            output_field_names=["words"],
        )
    )
    return schema, "words", "BM25"


def _passages(dimension: int) -> tuple[Any, str, str]:
    kinds = milvus().DataType
    schema = _labelled(_schema())
    schema.add_field("document", kinds.VARCHAR, max_length=128)
    schema.add_field("ordinal", kinds.INT64)
    for field in ("heading", "text", "terms"):
        schema.add_field(field, kinds.VARCHAR, max_length=LONGEST_TEXT)
    schema.add_field("vector", kinds.FLOAT_VECTOR, dim=dimension)
    return schema, "vector", "HNSW"


def _facts(_dimension: int) -> tuple[Any, str, str]:
    kinds = milvus().DataType
    schema = _schema()
    schema.add_field("text", kinds.VARCHAR, max_length=LONGEST_TEXT)
    schema.add_field("nothing", kinds.FLOAT_VECTOR, dim=2)  # every collection must have a vector
    return schema, "nothing", "FLAT"
