#+ fault: A class that is a property as well.
#+ also: [term-misnamed]
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/ontology>
DELETE {  }
INSERT { sg:Stance a owl:ObjectProperty . }
WHERE {  }
