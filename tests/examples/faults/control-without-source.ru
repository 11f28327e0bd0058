#+ fault: Control of an outlet on nobody's word.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX dcterms: <http://purl.org/dc/terms/>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Courier dcterms:source ?old . }
INSERT {  }
WHERE { :Courier dcterms:source ?old . }
