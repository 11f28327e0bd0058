#+ fault: A retrieval from nowhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Retrieval sg:retrievedFrom ?old . }
INSERT { }
WHERE { :Retrieval sg:retrievedFrom ?old . }
