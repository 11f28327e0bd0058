#+ fault: One stance affirms what another one denies, and nobody has compared them.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX certainty: <https://w3id.org/stancegraph/id/certainty/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT {
  :Affirming a sg:Stance ; rdfs:label "The officials hold that there is war."@en ; sg:holder :RuritanianOfficials ;
    sg:attitude attitude:Believes ; sg:position position:Undeclared ; sg:certainty certainty:Flat ; sg:target :Syldavia ;
    sg:content :War .
  :Own sg:putsForward :Affirming .
}
WHERE {  }
