#+ fault: An event that takes place in a person.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conference sg:takesPlaceIn ?old . }
INSERT { :Conference sg:takesPlaceIn :Rudolf . }
WHERE { :Conference sg:takesPlaceIn ?old . }
