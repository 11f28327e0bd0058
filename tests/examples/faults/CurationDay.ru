#+ fault: A curation made in a year.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:curatedOn ?old . }
INSERT { :Curation sg:curatedOn "2026" . }
WHERE { :Curation sg:curatedOn ?old . }
