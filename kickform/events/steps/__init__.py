"""Contacts of each single foot: detected, timed, refined."""

__all__: list[str] = []
