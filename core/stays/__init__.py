"""Stays and the verbs of the front desk."""
