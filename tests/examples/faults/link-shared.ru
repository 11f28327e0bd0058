#+ fault: Two states that are exactly one elsewhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX schema: <http://schema.org/>
INSERT DATA { GRAPH <https://w3id.org/stancegraph/graph/links/example> {
  :Ruritania schema:sameAs <https://example.org/one> .
  :Syldavia schema:sameAs <https://example.org/one> .
} }
