#+ fault: A digest that is none.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Passage sg:sha256 ?old . }
INSERT { :Passage sg:sha256 "abc" . }
WHERE { :Passage sg:sha256 ?old . }
