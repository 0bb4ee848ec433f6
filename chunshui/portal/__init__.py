"""Home, the shells and components, and pages that mix domains."""
