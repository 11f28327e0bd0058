#+ fault: Somebody is for and against the same thing with regard to the same issue, and nobody has compared the stances.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX certainty: <https://w3id.org/stancegraph/id/certainty/>
PREFIX issue: <https://w3id.org/stancegraph/id/issue/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT {
  :Support a sg:Stance ; rdfs:label "Rudolf supports Syldavia."@en ; sg:holder :Rudolf ; sg:attitude attitude:Supports ;
    sg:position position:Supportive ; sg:certainty certainty:Flat ; sg:target :Syldavia ; sg:issue issue:Security .
  :Own sg:putsForward :Support .
}
WHERE {  }
