#+ fault: A term without an example.
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/ontology>
DELETE { sg:Stance skos:example ?old . }
INSERT {  }
WHERE { sg:Stance skos:example ?old . }
