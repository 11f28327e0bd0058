#+ fault: A claim that restates a place.
#+ also: [disjoint-classes, unattributed-claim]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :War sg:restates :Lake . }
WHERE {  }
