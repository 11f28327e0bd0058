#+ fault: An actor with a label in British English only.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Syldavia rdfs:label ?old . }
INSERT { :Syldavia rdfs:label "Syldavia"@en-GB . }
WHERE { :Syldavia rdfs:label ?old . }
