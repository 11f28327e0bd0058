#+ fault: Words as the location.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Hosting sg:location ?old . }
INSERT { :Hosting sg:location "in the north"@en . }
WHERE { :Hosting sg:location ?old . }
