"""Dated reference data that ships with the product."""
