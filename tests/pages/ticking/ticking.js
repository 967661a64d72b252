// Something happens ten times a second, for as long as the page is open.
let count = 0;

function tick() {
  count += 1;
  document.getElementById("count").textContent = String(count);
  document.body.style.background = `hsl(${count * 40} 80% 80%)`;
  console.log("tick", count);
}

setInterval(tick, 100);
