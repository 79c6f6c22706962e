"""How settings are read: environment, secret files, kept secrets. What they mean: ``quart_app.settings``."""
