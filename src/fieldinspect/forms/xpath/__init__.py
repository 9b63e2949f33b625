"""XPath 1.0 with the ODK XForms function library, compiled to closures over a light tree."""
