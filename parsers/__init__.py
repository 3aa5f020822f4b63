"""Pure reading of annual reports: bytes -> grids -> figures -> findings. No clock, no network, no database."""
