#+ fault: A time with two earliest begins.
#+ also: [StanceHeldDuring]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Stance sg:heldDuring :June . }
WHERE {  }
