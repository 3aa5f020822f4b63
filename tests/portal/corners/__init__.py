"""One module a family: `VARIANTS` names the corners of the portal that speak its dialect, each a `Build`."""
