#+ fault: Two states that are joined by two things elsewhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX schema: <http://schema.org/>
INSERT DATA { GRAPH <https://w3id.org/stancegraph/graph/links/example> {
  :Ruritania schema:sameAs <https://example.org/one> .
  <https://example.org/one> schema:sameAs <https://example.org/other> .
  :Syldavia schema:sameAs <https://example.org/other> .
} }
