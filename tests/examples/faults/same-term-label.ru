#+ fault: A class called like another one.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/ontology>
DELETE {  }
INSERT { sg:Attitudes a owl:Class ; rdfs:isDefinedBy <https://w3id.org/stancegraph/ontology> ; rdfs:label "Attitude"@en ; skos:definition "A thing of no use."@en ; skos:example "None."@en . }
WHERE {  }
