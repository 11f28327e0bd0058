#+ fault: An alias without a language.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Ruritania skos:altLabel ?old . }
INSERT { :Ruritania skos:altLabel "Strelsau" . }
WHERE { :Ruritania skos:altLabel ?old . }
