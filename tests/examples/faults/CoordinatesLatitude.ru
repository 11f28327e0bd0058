#+ fault: A latitude beyond the pole.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Lake sg:latitude ?old . }
INSERT { :Lake sg:latitude 97.5 . }
WHERE { :Lake sg:latitude ?old . }
