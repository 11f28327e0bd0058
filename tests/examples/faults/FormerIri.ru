#+ fault: A former IRI that is no IRI but words.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Ruritania sg:formerIri ?old . }
INSERT { :Ruritania sg:formerIri "the old one" . }
WHERE { :Ruritania sg:formerIri ?old . }
