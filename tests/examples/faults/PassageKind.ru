#+ fault: A passage of no kind.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Passage sg:passageKind ?old . }
INSERT {  }
WHERE { :Passage sg:passageKind ?old . }
