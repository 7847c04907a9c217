"""A table as Parquet, with its types; pyarrow is let in here and nowhere else."""

from __future__ import annotations

import io

from assistant.measures.exports import Table


def parquet_of(table: Table) -> bytes:
    """Write a table as a Parquet file; text is stored as it is, since no reader of Parquet runs formulas.

    Args:
        table: The table; times are UTC with microseconds.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        "text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "moment": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
    }  # fmt: skip
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]
    arrays = [pa.array(values, type=kinds[each.kind]) for each, values in zip(table.columns, columns, strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=[each.name for each in table.columns]), out)
    return out.getvalue()
