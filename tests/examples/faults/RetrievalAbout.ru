#+ fault: A retrieval about nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Retrieval sg:askedAbout ?old . }
INSERT { }
WHERE { :Retrieval sg:askedAbout ?old . }
