#+ fault: A range that nobody declared.
#+ also: [undeclared-class]
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/ontology>
DELETE {  }
INSERT { sg:holder rdfs:range sg:Potentate . }
WHERE {  }
