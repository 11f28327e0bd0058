#+ fault: A passage of no text.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Heading sg:inPublication ?old . }
INSERT {  }
WHERE { :Heading sg:inPublication ?old . }
