"""Report models to PDF with ReportLab."""
