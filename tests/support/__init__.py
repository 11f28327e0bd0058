"""What the tests of several packages need: servers, a proxy that breaks connections, processes that are killed."""
