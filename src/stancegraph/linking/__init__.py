"""Links to external data sets: mappings in SSSOM that people review one by one, and the linksets made from them."""
