#+ fault: A claim with two horizons.
#+ also: [functional-property]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Sharing sg:horizon :June , :Spring . }
WHERE {  }
