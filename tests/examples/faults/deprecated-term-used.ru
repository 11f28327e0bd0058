#+ fault: A deprecated class that things are of.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/ontology>
DELETE {  }
INSERT { sg:Stance owl:deprecated true ; skos:editorialNote "Split in two."@en . }
WHERE {  }
