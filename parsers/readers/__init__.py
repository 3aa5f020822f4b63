"""Readers: each turns the bytes of one kind of document into a Reading of grids and text."""
