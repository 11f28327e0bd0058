#+ fault: Two states that are exactly one elsewhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
INSERT DATA { GRAPH <https://w3id.org/stancegraph/graph/links/example> {
  :Ruritania skos:exactMatch <https://example.org/one> .
  :Syldavia skos:exactMatch <https://example.org/one> .
} }
