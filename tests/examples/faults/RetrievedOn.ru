#+ fault: A retrieval on a day without a time.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Retrieval sg:retrievedOn ?old . }
INSERT { :Retrieval sg:retrievedOn "2026-11-24"^^xsd:date . }
WHERE { :Retrieval sg:retrievedOn ?old . }
