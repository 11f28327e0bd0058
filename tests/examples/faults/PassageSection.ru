#+ fault: A passage in no section.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Passage sg:section ?old . }
INSERT {  }
WHERE { :Passage sg:section ?old . }
