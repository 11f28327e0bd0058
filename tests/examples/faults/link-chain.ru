#+ fault: Two states that are joined by two things elsewhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
INSERT DATA { GRAPH <https://w3id.org/stancegraph/graph/links/example> {
  :Ruritania skos:exactMatch <https://example.org/one> .
  <https://example.org/one> skos:exactMatch <https://example.org/other> .
  :Syldavia skos:exactMatch <https://example.org/other> .
} }
