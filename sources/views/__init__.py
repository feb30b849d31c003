"""Pages of handing in and capturing."""
