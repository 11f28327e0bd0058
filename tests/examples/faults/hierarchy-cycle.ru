#+ fault: An actor that is a state, which is an actor.
#+ also: [disjoint-classes]
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/ontology>
DELETE {  }
INSERT { sg:Actor rdfs:subClassOf sg:State . }
WHERE {  }
