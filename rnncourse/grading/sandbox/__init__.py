"""Where answers run: processes of their own, isolated in layers, that give back values."""
