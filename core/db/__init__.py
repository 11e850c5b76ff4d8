"""The database: base class, column types, engines and the unit of work."""
